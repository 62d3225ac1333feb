import { QueueBlock, queueChannel } from '../queue-block.js';
import { type QueueOptions, settingsOf } from '../queue-options.js';
import { BlockRing, ringBytes } from '../ring/block-ring.js';
import type { Channel } from '../waiting/channel.js';
import { Ledger, ledgerBytes } from './ledger.js';
import { Tasks } from './tasks.js';

/** The shared memory of a JoinableQueue: a ring, and the ledger behind it. */
export class JoinableBlock extends QueueBlock {
  #ledger: Ledger | undefined;

  static override from(options: QueueOptions | undefined): JoinableBlock {
    if (options instanceof JoinableBlock) return options;
    return new JoinableBlock(BlockRing.create(settingsOf(options), ledgerBytes));
  }

  override channel(): Channel {
    return queueChannel(new BlockRing(this.block, 0, () => this.#ownLedger().enter(1)));
  }

  tasks(): Tasks {
    return new Tasks(new BlockRing(this.block), this.#ownLedger());
  }

  #ownLedger(): Ledger {
    return (this.#ledger ??= Ledger.over(this.block, ringBytes(new BlockRing(this.block).capacity)));
  }
}
