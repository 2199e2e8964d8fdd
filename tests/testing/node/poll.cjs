// amazon-sp-api and fetch as in production: nothing here knows of a sandbox.
'use strict';

const { SellingPartner } = require('amazon-sp-api');

async function main() {
  const client = new SellingPartner({ region: 'na', refresh_token: process.env.SP_API_REFRESH_TOKEN });
  const listed = await client.callAPI({
    operation: 'getOrders',
    endpoint: 'orders',
    options: { version: 'v0' },
    query: { MarketplaceIds: ['ATVPDKIKX0DER'], LastUpdatedAfter: '2026-03-02T16:00:00Z' },
  });
  const found = {};
  for (const { AmazonOrderId: orderId } of listed.Orders) {
    const call = { operation: 'getOrderItems', endpoint: 'orders', options: { version: 'v0' }, path: { orderId } };
    const { OrderItems: items } = await client.callAPI(call);
    const address = `https://sellingpartnerapi-na.amazon.com/orders/v0/orders/${orderId}`;
    const fetched = await fetch(address, { headers: { 'x-amz-access-token': client.access_token } });
    const order = (await fetched.json()).payload;
    found[orderId] = [items[0].BuyerRequestedCancel.IsBuyerRequestedCancel, order.OrderStatus];
  }
  console.log(JSON.stringify(found));
}

main().catch((problem) => {
  console.error(problem);
  process.exit(1);
});
