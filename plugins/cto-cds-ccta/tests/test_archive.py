"""A phantom that was sent through a real archive measures the same to the last digit."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from contextlib import closing
from http.client import HTTPConnection

import pydicom
import pytest
from cto_cds.dicom.series import read_series
from cto_cds.hookspecs import Request
from pynetdicom import AE
from pynetdicom.sop_class import CTImageStorage

from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.quantify import analysed, told

STARTS_WITHIN_S = 120


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture
def archive(tmp_path):
    """Start an Orthanc of its own, which only this machine reaches, and end it."""
    program = shutil.which("Orthanc")
    assert program, "Orthanc is missing; tools/check-machine.sh installs it"
    http, dicom = free_port(), free_port()
    told = {
        "Name": "practice",
        "StorageDirectory": str(tmp_path / "store"),
        "IndexDirectory": str(tmp_path / "store"),
        "HttpPort": http,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomPort": dicom,
        "DicomAet": "ARCHIVE",
        "Plugins": [],
    }
    settings = tmp_path / "orthanc.json"
    settings.write_text(json.dumps(told), encoding="utf-8")
    log = (tmp_path / "orthanc.log").open("wb")
    running = subprocess.Popen([program, str(settings)], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                ask(http, "/system")
                break
            except OSError:
                assert running.poll() is None, (tmp_path / "orthanc.log").read_text()
                assert time.monotonic() < deadline, "Orthanc does not answer"
                time.sleep(0.2)
        yield http, dicom
    finally:
        running.terminate()
        running.wait(timeout=60)
        log.close()


def ask(port, path):
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200, path
        return answer.read()


def send(folder, port):
    entity = AE(ae_title="PHANTOM")
    entity.add_requested_context(CTImageStorage)
    association = entity.associate("127.0.0.1", port, ae_title="ARCHIVE")
    assert association.is_established
    try:
        for path in sorted(folder.iterdir()):
            assert association.send_c_store(pydicom.dcmread(path)).Status == 0, path
    finally:
        association.release()


def fetch(port, folder):
    folder.mkdir()
    for name in json.loads(ask(port, "/instances")):
        (folder / name).write_bytes(ask(port, f"/instances/{name}/file"))
    return folder


def test_a_study_sent_through_orthanc_and_fetched_back_measures_identically(
    blunt, archive, tmp_path
):
    http, dicom = archive
    files = write_phantom(blunt.phantom, tmp_path / "study", silent)
    send(files.dicom, dicom)
    back = fetch(http, tmp_path / "fetched")
    assert len(list(back.iterdir())) == len(list(files.dicom.iterdir()))
    line = blunt.request.centreline
    here, there = (
        told(analysed(Request(read_series(folder), line), silent), "archive").document()
        for folder in (files.dicom, back)
    )
    assert here["ccta"]
    assert there == here
