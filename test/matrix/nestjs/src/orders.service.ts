import { Inject, Injectable } from '@nestjs/common';
import { METRICS, type ShopMetrics } from './metrics';

@Injectable()
export class OrdersService {
  constructor(@Inject(METRICS) private readonly metrics: ShopMetrics) {}

  accept(): string {
    const timer = this.metrics.shop.checkout.startTimer();
    this.metrics.shop.orders.add(1, { channel: 'web' });
    this.metrics.gateway.provider('openai').record({ bytesIn: 812, bytesOut: 20_480, latencyMs: 1_240, ok: true });
    timer.stop();
    return 'accepted';
  }
}
