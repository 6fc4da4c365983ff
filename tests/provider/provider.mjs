// A provider of OpenID Connect for tests, on a port of this machine: node provider.mjs MODULES SETUP
// The page to sign in asks for a name; who signs in as "an@0403170701" acts for that organisation.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , modules, setup] = process.argv;
const { default: Provider } = await import(pathToFileURL(join(modules, "oidc-provider/lib/index.js")));
const { clients, claims, roles = {}, acr = {}, extra = {} } = JSON.parse(readFileSync(setup, "utf8"));

const server = createServer((request, response) => handle(request, response));
let handle = (_request, response) => response.writeHead(503).end();

server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients,
    claims: { openid: ["sub"], ...claims },
    scopes: ["openid", "profile", "email", "org"],
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    acrValues: [...new Set(Object.values(acr))],
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    // A client of ours needs no consent: what it may see is settled here.
    async loadExistingGrant(context) {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      });
      grant.addOIDCScope("openid profile email org");
      await grant.save();
      return grant;
    },
    async findAccount(_context, id) {
      const [name, number] = id.split("@");
      return {
        accountId: id,
        claims: () => ({
          sub: id,
          name: `${name[0].toUpperCase()}${name.slice(1)}`,
          email: `${name}@example.org`,
          vo_orgcode: number,
          vo_orgnaam: `Organisation ${number}`,
          rol: roles[name] ?? [],
          ...extra,
        }),
      };
    },
    pkce: { required: () => true },
  });
  provider.on("server_error", (_context, error) => console.error(error));
  const own = provider.callback();
  handle = async (request, response) => {
    const path = new URL(request.url, issuer).pathname;
    if (!path.startsWith("/interaction/")) return own(request, response);
    if (request.method === "GET") {
      response.setHeader("Content-Type", "text/html");
      return response.end('<form method="post"><label>Name <input name="name"></label><button>In</button></form>');
    }
    let body = "";
    for await (const part of request) body += part;
    const name = new URLSearchParams(body).get("name");
    const login = { accountId: name, acr: acr[name.split("@")[0]] };
    return provider.interactionFinished(request, response, name === "nobody" ? { error: "access_denied" } : { login });
  };
  console.log(issuer);
});
