import { Module } from '@nestjs/common';
import { METRICS, metrics } from './metrics';
import { OrdersController } from './orders.controller';
import { OrdersService } from './orders.service';

@Module({
  controllers: [OrdersController],
  providers: [OrdersService, { provide: METRICS, useValue: metrics }],
})
export class AppModule {}
