// oidc-provider, set up as a provider that knows Vestibule and its API.
//
//   node --input-type=module - DEVICE_SECONDS < provider.mjs
//
// in the folder that has it; a device code lives so long. Says `listens on ISSUER` once it serves, on a free port of 127.0.0.1. All of it is in
// memory, and its own development pages let anybody in under any name.
import { createServer } from 'node:http';
import Provider, { errors } from 'oidc-provider';

const API = 'https://my-resource-server';
const ACCESS_SECONDS = 60;
const deviceSeconds = Number(process.argv[2]);

const configuration = {
  clients: [
    {
      client_id: 'vestibule',
      client_name: 'Vestibule',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      response_types: ['code'],
      // RFC 8252 §7.3: any port.
      redirect_uris: ['http://127.0.0.1/callback'],
    },
  ],
  pkce: { required: () => true },
  features: {
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    // RFC 8707. Without the parameter at the token endpoint a token is for userinfo.
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => {
        if (resource !== API) throw new errors.InvalidTarget();
        return {
          scope: '',
          audience: API,
          accessTokenFormat: 'jwt',
          accessTokenTTL: ACCESS_SECONDS,
          jwt: { sign: { alg: 'RS256' } },
        };
      },
    },
  },
  rotateRefreshToken: true,
  ttl: { AccessToken: ACCESS_SECONDS, DeviceCode: deviceSeconds },
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  // Its userinfo refuses tokens that are for an API, so that the name must be here.
  conformIdTokenClaims: false,
  findAccount: (_, login) => ({
    accountId: login,
    claims: () => ({ sub: login, name: `${login} of Node`, email: `${login}@example.org` }),
  }),
  cookies: { keys: ['of a provider for tests'] },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  server.on('request', provider.callback());
  console.log(`listens on ${issuer}`);
});
