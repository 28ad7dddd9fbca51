# The launcher image of the Flex Template, upon the image of the workers.
#   docker build -f deploy/Dockerfile.flex --build-arg WORKER=dibwatch:latest -t dibwatch-flex .
ARG WORKER=dibwatch:latest
FROM gcr.io/dataflow-templates-base/python311-template-launcher-base AS launcher
FROM ${WORKER}
COPY --from=launcher /opt/google/dataflow/python_template_launcher /opt/google/dataflow/python_template_launcher
RUN pip install --no-cache-dir -c constraints.txt 'apache-beam[gcp]'
COPY deploy/flex_template.py flex_template.py
ENV FLEX_TEMPLATE_PYTHON_PY_FILE=/opt/dibwatch/flex_template.py
ENTRYPOINT ["/opt/google/dataflow/python_template_launcher"]
