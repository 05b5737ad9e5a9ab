"""Lets scim2-tester judge a SCIM server: judge.py URL, the token in SCIM_TOKEN. Prints one JSON line for each check."""

import json
import os
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server

http = Client(
    base_url=sys.argv[1],
    headers={"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"},
    trust_env=False,
)
for result in check_server(SyncSCIMClient(http)):
    print(
        json.dumps(
            {
                "status": result.status.name,
                "title": result.title,
                "reason": result.reason,
                "resource": result.resource_type,
            }
        )
    )
