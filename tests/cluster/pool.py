"""A pool of Python workers that listens on one address: `python -m tests.cluster.pool HOST:PORT`.

Beam's own `worker_pool_main` takes every address of the machine, so that two TaskManagers on it could not have one each under one port.
"""

import sys
from concurrent import futures

import grpc
from apache_beam.portability.api import beam_fn_api_pb2_grpc
from apache_beam.runners.worker.worker_pool_main import BeamFnExternalWorkerPoolServicer

if __name__ == "__main__":
    server = grpc.server(futures.ThreadPoolExecutor())
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(
        BeamFnExternalWorkerPoolServicer(use_process=True), server
    )
    server.add_insecure_port(sys.argv[1])
    server.start()
    server.wait_for_termination()
