"""An Airflow DAG: a pass every ten minutes, files of the lake put in order every night.

`dibwatch` is installed in the workers' environment, or `BashOperator` is exchanged for the operator of your containers.
DIBWATCH_FEEDS and DIBWATCH_LAKE in that environment say what to read and where to write.
"""

import os
from datetime import datetime, timedelta

from airflow import DAG
from airflow.providers.standard.operators.bash import BashOperator

FEEDS = os.environ.get("DIBWATCH_FEEDS", "builtin:defense")
LAKE = os.environ.get("DIBWATCH_LAKE", "/var/lib/dibwatch/lake")
PASS = f"dibwatch run --feeds {FEEDS} --lake {LAKE} --contact https://example.org/about --log_format json"
COMPACT = f"dibwatch compact --lake {LAKE}"

for name, schedule, command in (("dibwatch_pass", timedelta(minutes=10), PASS), ("dibwatch_compact", "30 3 * * *", COMPACT)):
    with DAG(name, schedule=schedule, start_date=datetime(2026, 1, 1), catchup=False, max_active_runs=1) as dag:
        # 99 is Airflow's own code for "skipped": no feed could be polled at all, and the next pass will tell
        BashOperator(
            task_id=name,
            bash_command=f"{command}; code=$?; [ $code -eq 3 ] && exit 99; exit $code",
            execution_timeout=timedelta(hours=2),
        )
    globals()[name] = dag
