"""Asks a server for its tools and calls some, by the protocol's Python client. Arguments: address, key. Prints one JSON object."""

import asyncio
import json
import sys

from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client


async def main() -> None:
    address, key = sys.argv[1:3]
    async with streamablehttp_client(address, headers={"authorization": f"Bearer {key}"}) as (read, write, _):
        async with ClientSession(read, write) as session:
            hello = await session.initialize()
            tools = (await session.list_tools()).tools
            controls = await session.call_tool("listControls", {})
            refused = await session.call_tool("listActivity", {})
            print(
                json.dumps(
                    {
                        "server": hello.serverInfo.name,
                        "tools": [tool.name for tool in tools],
                        "read_only": all(tool.annotations.readOnlyHint for tool in tools),
                        "controls": len(json.loads(controls.content[0].text)["items"]),
                        "refused": [refused.isError, refused.content[0].text],
                    }
                )
            )


asyncio.run(main())
