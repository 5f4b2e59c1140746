import { Controller, Param, Post } from '@nestjs/common';
// biome-ignore lint/style/useImportType: the metadata of the constructor needs the class.
import { OrdersService } from './orders.service';

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post(':id')
  accept(@Param('id') id: string): string {
    return `${id} ${this.orders.accept()}`;
  }
}
