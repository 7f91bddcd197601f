"""A server of S3's protocol on 127.0.0.1 for tests (moto), with a bucket."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

ABSENT = (
    ""
    if find_spec("moto") and find_spec("boto3")
    else "boto3 and moto are not installed: `make test-ray` runs these tests"
)
"""Why tests with a bucket could not run; empty where they can."""
SERVE = """
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
input()
"""
KEYS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def bucket(name: str = "layerloom") -> Iterator[None]:
    """Start a server with an empty bucket, which boto3 finds by the environment."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        address = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in {**KEYS, "AWS_ENDPOINT_URL": address}.items():
                patch.setenv(variable, value)
            import boto3

            boto3.client("s3").create_bucket(Bucket=name)
            yield
        server.communicate("\n")
