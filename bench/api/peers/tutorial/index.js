// The API of the Electron tutorial: Express, express-jwt and jwks-rsa, with the
// options that it gives them.
const express = require("express");
const { expressjwt } = require("express-jwt");
const jwksRsa = require("jwks-rsa");

const { ISSUER, AUDIENCE, LISTEN } = process.env;
const [host, port] = LISTEN.split(":");

const guard = expressjwt({
  secret: jwksRsa.expressJwtSecret({
    cache: true,
    rateLimit: true,
    jwksRequestsPerMinute: 5,
    jwksUri: `${ISSUER}.well-known/jwks.json`,
  }),
  audience: AUDIENCE,
  issuer: ISSUER,
  algorithms: ["RS256"],
});

const app = express();
app.get("/private", guard, (request, response) => {
  response.send("Only authenticated users can read this message.");
});
app.listen(Number(port), host);
