import { createBus } from 'trolleybus';

const bus = createBus();
await bus.ready;

let down = true;
const sent = new Promise((done) => {
  bus.subscribe('mail.send', async (to) => {
    if (down) throw new Error('server is down');
    done(to);
  }, { name: 'mailer', timeout: 5000, retry: { attempts: 3, backoff: { initial: 1, max: 10 } } });
});
const dead = new Promise((resolve) => bus.subscribe('$bus.dead.>', resolve));

bus.publish('mail.send', 'ada@example.com');
const letter = await dead;
console.log(letter.subscription, 'failed', letter.attempts, 'times:', letter.error.message);

down = false;
console.log('redriven:', bus.redrive(letter.id));
console.log('sent to', await sent);
await bus.close();
// Prints:
// mailer failed 3 times: server is down
// redriven: 1
// sent to ada@example.com
