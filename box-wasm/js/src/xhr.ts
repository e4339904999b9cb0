/** Whether the platform has it: pages and their workers do, service workers and servers don't. */
export const isHere = () => typeof XMLHttpRequest === "function";

/** A request by `XMLHttpRequest`, which tells how much of a body has gone out; `fetch` doesn't. */
export function send(url: string, init: RequestInit & { body: Blob }, sent: (bytes: number) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const signal = init.signal;
    const abort = () => xhr.abort();
    xhr.open(init.method ?? "POST", url);
    xhr.responseType = "blob";
    for (const [name, value] of init.headers as [string, string][]) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded }) => sent(loaded);
    xhr.onloadend = () => {
      signal?.removeEventListener("abort", abort);
      if (xhr.status === 0) return reject(new TypeError("the connection was lost"));
      const lines = xhr.getAllResponseHeaders().split("\r\n").filter(Boolean);
      const headers = lines.map((line) => line.split(/: (.*)/, 2) as [string, string]);
      // These have no body, and a response refuses one.
      const body = [204, 205, 304].includes(xhr.status) ? null : (xhr.response as Blob);
      resolve(new Response(body, { status: xhr.status, headers }));
    };
    signal?.addEventListener("abort", abort);
    xhr.send(init.body);
  });
}
