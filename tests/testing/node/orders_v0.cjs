// Every read of Orders v0 that amazon-sp-api knows, as in production: nothing here knows of a sandbox.
'use strict';

const { SellingPartner } = require('amazon-sp-api');

async function main() {
  const client = new SellingPartner({ region: 'na', refresh_token: process.env.SP_API_REFRESH_TOKEN });
  const read = (operation, more) =>
    client.callAPI({ operation, endpoint: 'orders', options: { version: 'v0' }, ...more });
  const MarketplaceIds = ['ATVPDKIKX0DER'];
  const query = { MarketplaceIds, LastUpdatedAfter: '2026-03-02T16:00:00Z', MaxResultsPerPage: 2 };
  let listed = await read('getOrders', { query });
  const orders = listed.Orders;
  while (listed.NextToken) {
    listed = await read('getOrders', { query: { MarketplaceIds, NextToken: listed.NextToken } });
    orders.push(...listed.Orders);
  }
  const ids = orders.map(({ AmazonOrderId }) => AmazonOrderId);
  await read('getOrders', { query: { MarketplaceIds, AmazonOrderIds: ids } });
  for (const orderId of ids) {
    for (const part of ['getOrder', 'getOrderItems', 'getOrderBuyerInfo', 'getOrderAddress', 'getOrderItemsBuyerInfo']) {
      await read(part, { path: { orderId } });
    }
  }
  const restrictedResources = [{ method: 'GET', path: `/orders/v0/orders/${ids[0]}/address` }];
  await client.callAPI({ operation: 'createRestrictedDataToken', endpoint: 'tokens', body: { restrictedResources } });
  console.log(JSON.stringify(ids));
}

main().catch((problem) => {
  console.error(problem);
  process.exit(1);
});
