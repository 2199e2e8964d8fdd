// Every region and marketplace of each client named, called once as in production; prints the calls by client.
const ID = '902-0000001-0000001';
const [clientId, clientSecret, refreshToken] = ['app', 'secret', 'Atzr|real'];
const KEYS = { awsAccessKeyId: 'AKIAREAL', secretKey: 'secret', sellerId: 'AREALSELLER', mwsAuthToken: 'token' };
const AMAZON = 'https://sellingpartnerapi-na.amazon.com';

const clients = {
  async *'amazon-sp-api'({ SellingPartner }) {
    const credentials = { SELLING_PARTNER_APP_CLIENT_ID: clientId, SELLING_PARTNER_APP_CLIENT_SECRET: clientSecret };
    for (const region of ['na', 'eu', 'fe']) {
      for (const use_sandbox of [false, true]) {
        const client = new SellingPartner({ region, refresh_token: refreshToken, credentials, options: { use_sandbox } });
        yield await client.callAPI({ operation: 'getOrder', endpoint: 'orders', path: { orderId: ID }, options: { version: 'v0' } });
      }
    }
  },
  async *'@sp-api-sdk/orders-api-v0'({ OrdersApiClient }) {
    const { SellingPartnerApiAuth } = await import('@sp-api-sdk/auth');
    const { sellingPartnerRegions } = await import('@sp-api-sdk/common');
    for (const [region, { endpoints }] of Object.entries(sellingPartnerRegions)) {
      for (const stage of Object.keys(endpoints)) {
        const auth = new SellingPartnerApiAuth({ clientId, clientSecret, refreshToken });
        const client = new OrdersApiClient({ auth, region, sandbox: stage === 'sandbox' });
        yield (await client.getOrder({ orderId: ID })).data;
      }
    }
  },
  async *'@scaleleap/selling-partner-api-sdk'({ OrdersApiClient }) {
    for (const region of ['na', 'eu', 'fe']) {
      const client = new OrdersApiClient({ basePath: AMAZON.replace('-na', `-${region}`), region, accessToken: 'Atza|real' });
      yield (await client.getOrder({ orderId: ID })).data;
    }
  },
  async *'@amazon-sp-api-release/amazon-sp-api-sdk-js'({ OrdersSpApi }) {
    for (const region of ['na', 'eu', 'fe']) {
      const client = new OrdersSpApi.ApiClient(AMAZON.replace('-na', `-${region}`));
      client.enableAutoRetrievalAccessToken(clientId, clientSecret, refreshToken);
      yield await new OrdersSpApi.OrdersV0Api(client).getOrder(ID);
    }
  },
  async *mws({ MWS, HttpClient, amazonMarketplaces }) {
    for (const marketplace of Object.values(amazonMarketplaces)) {
      if (!marketplace.webServiceUri) continue;
      const client = new MWS(new HttpClient({ marketplace, ...KEYS }));
      yield (await client.orders.getOrder({ AmazonOrderId: [ID] }))[0];
    }
  },
  async *'amazon-mws'({ default: connect }) {
    const client = connect(KEYS.awsAccessKeyId, KEYS.secretKey);
    const call = { Version: '2013-09-01', Action: 'GetOrder', SellerId: KEYS.sellerId, 'AmazonOrderId.Id.1': ID };
    yield await client.orders.search(call);
  },
  async *'@ericblade/mws-simple'({ default: module }) {
    const client = new module.MWSSimple({ accessKeyId: 'AKIAREAL', secretAccessKey: 'secret', merchantId: 'AREALSELLER' });
    const query = { Version: '2013-09-01', Action: 'GetOrder', 'AmazonOrderId.Id.1': ID };
    yield await client.request({ path: '/Orders/2013-09-01', query });
  },
};

const calls = {};
for (const name of process.argv.slice(2)) {
  calls[name] = 0;
  for await (const answer of clients[name](await import(name))) {
    if (!JSON.stringify(answer).includes(ID)) throw new Error(`${name} has answered ${JSON.stringify(answer)}`);
    calls[name] += 1;
  }
}
console.log(JSON.stringify(calls));
