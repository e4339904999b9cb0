"""What Box's official Python SDK sends for the operations that are compared with it, as JSON: `record.py FILE`.

Every entry has the form that `recorder/record.mjs` gives to requests of our clients. Nothing of it is kept: the
expectation is made anew in every run.
"""

import email
import email.policy
import http.server
import io
import json
import sys
import threading
import urllib.parse

from calls import CALLS
from box_sdk_gen import BaseUrls, BoxClient, BoxDeveloperTokenAuth, NetworkSession

# Header fields that say nothing about an operation.
TRANSPORT = {
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "host",
    "pragma",
    "sec-fetch-mode",
    "transfer-encoding",
    "user-agent",
    "x-box-ua",
}


class Recorder(http.server.BaseHTTPRequestHandler):
    """Keeps requests and answers them with the reply of the call that is made."""

    def record(self):
        _, host, path = self.path.split("/", 2)
        path, _, query = path.partition("?")
        kept = {name.lower(): value for name, value in self.headers.items() if name.lower() not in TRANSPORT}
        kind = self.headers.get("content-type")
        if kind:
            kept["content-type"] = kind.partition(";")[0]
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append({
            "method": self.command,
            "host": host,
            "path": f"/{path}",
            "query": urllib.parse.parse_qs(query, keep_blank_values=True),
            "headers": kept,
            "body": body(kind, content),
        })
        reply = json.dumps(self.server.reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_POST = do_PUT = record

    def log_message(self, *_):
        pass


def body(kind, content):
    if not content:
        return None
    if "json" in kind:
        return {"kind": "json", "value": json.loads(content)}
    if kind.startswith("multipart/form-data"):
        head = f"content-type: {kind}\r\n\r\n".encode()
        whole = email.message_from_bytes(head + content, policy=email.policy.HTTP)
        return {"kind": "multipart", "parts": [part(one) for one in whole.iter_parts()]}
    return {"kind": "octets", "length": len(content)}


def part(one):
    names = one["content-disposition"].params
    content = one.get_payload(decode=True)
    if "filename" not in names:
        return {"name": names["name"], "filename": None, "type": None, "value": json.loads(content)}
    kind = one.get_content_type() if "content-type" in one else None
    return {"name": names["name"], "filename": names["filename"], "type": kind, "length": len(content)}


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    urls = BaseUrls(base_url=f"{here}/api", upload_url=f"{here}/upload", oauth_2_url=f"{here}/account")
    auth = BoxDeveloperTokenAuth(token="token")
    client = BoxClient(auth=auth, network_session=NetworkSession(base_urls=urls))
    requests = []
    for operation, reply, calls in CALLS:
        for amount, call in calls.items():
            server.seen, server.reply = [], reply
            call(client)
            [request] = server.seen
            requests.append({"operation": operation, "amount": amount, **request})
    with open(sys.argv[1], "w") as file:
        json.dump(requests, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
