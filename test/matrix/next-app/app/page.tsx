/** Records a check-out in a server component. */
import { checkout } from '../lib/metrics';

export const dynamic = 'force-dynamic';

export default function Page() {
  checkout.record(0.2);
  return <p>checked out</p>;
}
