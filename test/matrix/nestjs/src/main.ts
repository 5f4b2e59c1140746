/** Serves orders, requests three of them, and reports. */
import { NestFactory } from '@nestjs/core';
import { report } from '../program/report.cjs';
import { AppModule } from './app.module';
import { metrics } from './metrics';

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  for (const id of ['17', '18', '19']) {
    const response = await fetch(`${url}/orders/${id}`, { method: 'POST' });
    if ((await response.text()) !== `${id} accepted`) throw new Error(`POST /orders/${id} answers ${response.status}`);
  }
  await app.close();
  await report(metrics, {
    shop_orders_total: 3,
    shop_checkout_duration_seconds_count: 3,
    gateway_requests_total: 3,
    'http_server_request_duration_seconds_count{http_route="/orders/:id"}': 3,
  });
}
bootstrap();
