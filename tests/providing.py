"""A real provider of OpenID Connect, as a process of its own on this machine."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / ".venv" / "node" / "node_modules"


@contextmanager
def providing(folder: Path, redirect: str, **setup: Any) -> Iterator[str]:
    """The issuer of a provider that knows one client of ours, ``thuishaven`` with the secret ``hush``."""
    node = shutil.which("node")
    assert node, "Node is needed: python3 tools/prepare.py provider"
    assert MODULES.is_dir(), "oidc-provider is needed: python3 tools/prepare.py provider"
    client = {
        "client_id": "thuishaven",
        "client_secret": "hush",
        "redirect_uris": [redirect],
        "post_logout_redirect_uris": [redirect.split("/signed-in")[0] + "/"],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
    }
    claims = {"profile": ["name"], "email": ["email"], "org": ["vo_orgcode", "vo_orgnaam", "rol", "bsn"]}
    path = folder / "provider.json"
    path.write_text(json.dumps({"clients": [client], "claims": claims, **setup}))
    command = [node, str(ROOT / "tests" / "provider" / "provider.mjs"), str(MODULES), str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("http://"):
                yield line.strip()
                break
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def signed_in_there(address: str, name: str) -> dict[str, str]:
    """Somebody signs in at the provider; gives what it sends back to us along."""
    with httpx.Client(follow_redirects=False, trust_env=False) as browser:
        answer = browser.get(address)
        while answer.is_redirect:
            place = answer.headers["location"]
            if "/signed-in/" in place:
                return dict(httpx.URL(place).params)
            answer = browser.get(httpx.URL(address).join(place))
            if answer.status_code == 200 and re.search("<form", answer.text):
                answer = browser.post(answer.url, data={"name": name})
    raise AssertionError(answer.text)
