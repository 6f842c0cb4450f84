// A real OpenID provider for the tests, on loopback: it asks who one is by a list of invented people. What an evil or a
// careless provider might answer is done to its own tokens at the very end, and only for people named after a fault.
// usage: node provider.mjs '{"port": 0, "clients": [{…}]}'
import http from 'node:http';
import Provider, { interactionPolicy } from 'oidc-provider';
import * as jose from 'jose';

const cfg = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${cfg.port}`;
const LOA = 'http://id.elegnamnden.se/loa/1.0/';
const NUMBER = 'https://id.oidc.se/claim/personalIdentityNumber';
const { privateKey, publicKey } = await jose.generateKeyPair('ES256', { extractable: true });
const key = { ...(await jose.exportJWK(privateKey)), kid: 'first', use: 'sig', alg: 'ES256' };
const other = await jose.generateKeyPair('ES256', { extractable: true });
const rotated = { ...(await jose.exportJWK(other.publicKey)), kid: 'second', use: 'sig', alg: 'ES256' };
let changed = false;

const faults = {
  nonce: (c) => ({ ...c, nonce: 'another' }),
  'no-nonce': ({ nonce, ...c }) => c,
  issuer: (c) => ({ ...c, iss: 'https://idp.example.org' }),
  audience: (c) => ({ ...c, aud: 'another' }),
  audiences: (c) => ({ ...c, aud: [c.aud, 'another'] }),
  party: (c) => ({ ...c, azp: 'another' }),
  expired: (c) => ({ ...c, iat: c.iat - 400, exp: c.iat - 120 }),
  old: (c) => ({ ...c, iat: c.iat - 3600 }),
  future: (c) => ({ ...c, iat: c.iat + 3600 }),
  'acr-low': (c) => ({ ...c, acr: LOA + 'loa2' }),
  'no-acr': ({ acr, ...c }) => c,
  'acr-list': (c) => ({ ...c, acr: [LOA + 'loa3'] }),
  'auth-time-old': (c) => ({ ...c, auth_time: c.auth_time - 3 * 3600 }),
  'auth-time-older': (c) => ({ ...c, auth_time: c.auth_time - 11 * 3600 }),
  'no-auth-time': ({ auth_time, ...c }) => c,
  'at-hash': (c) => ({ ...c, at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  'no-number': ({ [NUMBER]: _, ...c }) => c,
  'number-list': (c) => ({ ...c, [NUMBER]: [c[NUMBER], '199001019810'] }),
};
const forgeries = {
  signature: async (c) => sign(c, (await jose.generateKeyPair('ES256')).privateKey, 'first'),
  'unknown-key': async (c) => sign(c, (await jose.generateKeyPair('ES256')).privateKey, 'third'),
  none: async (c) => `${part({ alg: 'none' })}.${part(c)}.`,
  'none-signed': async (c, token) => `${part({ alg: 'none', kid: 'first' })}.${token.split('.').slice(1).join('.')}`,
  hmac: async (c) => new jose.SignJWT(c).setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(new TextEncoder().encode(cfg.clients[0].client_secret)),
  'hmac-key': async (c) => new jose.SignJWT(c).setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(new TextEncoder().encode(await jose.exportSPKI(publicKey))),
  'own-key': async (c) => {
    const mine = await jose.generateKeyPair('ES256', { extractable: true });
    const jwk = await jose.exportJWK(mine.publicKey);
    return new jose.SignJWT(c).setProtectedHeader({ alg: 'ES256', jwk }).sign(mine.privateKey);
  },
  'new-key': async (c) => { changed = true; return sign(c, other.privateKey, 'second'); },
};
const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
const sign = (claims, by, kid) => new jose.SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(by);

// People: the name in front of a plus is who it is, what stands behind it is what is done to their tokens.
const numbers = { maja: '199001019802', vilma: '198507099805', ny: '197512129806' };
const levels = { lage: 'loa1' };
const account = (id) => {
  const [who] = id.split('+');
  return { accountId: id, claims: async () => ({ sub: who, [NUMBER]: numbers[who] ?? '200001019814' }) };
};

const policy = interactionPolicy.base();
policy.remove('consent');
for (const check of ['essential_acrs', 'essential_acr']) policy.get('login').checks.remove(check);
const provider = new Provider(issuer, {
  clients: cfg.clients,
  jwks: { keys: [key] },
  acrValues: ['loa1', 'loa2', 'loa3', 'loa4'].map((one) => LOA + one),
  claims: { openid: ['sub'], acr: null, auth_time: null, sid: null, number: [NUMBER] },
  scopes: ['openid', 'number'],
  conformIdTokenClaims: true,
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: cfg.claims ?? true } },
  interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid number');
    grant.addOIDCClaims(['acr', 'auth_time', 'sid', NUMBER]);
    await grant.save();
    return grant;
  },
  findAccount: async (_, id) => account(id),
  cookies: { keys: ['only-for-tests'] },
  ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 3600, Grant: 3600 },
  pkce: { required: () => true },
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === '/jwks' && changed) ctx.body = { keys: [rotated] };
  if (ctx.path !== '/token' || !ctx.body?.id_token) return;
  const fault = ctx.oidc.entities.AuthorizationCode.accountId.split('+')[1];
  const claims = jose.decodeJwt(ctx.body.id_token);
  if (faults[fault]) ctx.body.id_token = await sign(faults[fault](claims), privateKey, 'first');
  else if (forgeries[fault]) ctx.body.id_token = await forgeries[fault](claims, ctx.body.id_token);
  else if (fault === 'huge') ctx.body.id_token = 'x'.repeat(400000);
  else if (fault === 'garbage') ctx.body = 'nothing of the kind';
  else if (fault === 'moved') { ctx.status = 302; ctx.set('Location', 'http://127.0.0.1:1/'); ctx.body = ''; }
});

const callback = provider.callback();
const page = (people) => `<!doctype html><html lang="sv"><meta charset="utf-8"><title>Inloggning</title>
<link rel="icon" href="data:,"><h1>Inloggning för prov</h1><form>
${people.map((one) => `<p><button name="user" value="${one}">${one}</button></p>`).join('')}
<p><button name="user" value="">Avbryt</button></p></form></html>`;
const server = http.createServer(async (req, res) => {
  if (!req.url.startsWith('/interaction/')) return callback(req, res);
  const user = new URL(req.url, issuer).searchParams.get('user');
  if (user === null) {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    return res.end(page(['maja', 'vilma', 'lage', 'ny']));
  }
  const answer = user
    ? { login: { accountId: user, acr: LOA + (levels[user.split('+')[0]] ?? 'loa3') } }
    : { error: 'access_denied', error_description: 'Hemlig text från leverantören' };
  return provider.interactionFinished(req, res, answer, { mergeWithLastSubmission: false });
});
server.listen(cfg.port, '127.0.0.1', () => console.log('READY'));
