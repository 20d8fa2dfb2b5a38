import { createServer } from "node:http";
import { readFileSync } from "node:fs";

/** The bench's reference: node:http and nothing else. `bare-server.ts <port> <file of headers> <file of the body>` */
const [port, headersFile, bodyFile] = process.argv.slice(2);
const headers = JSON.parse(readFileSync(headersFile!, "utf8")) as Record<string, string>;
const body = readFileSync(bodyFile!);
createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
