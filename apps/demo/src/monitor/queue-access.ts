import { type Queue, TimeoutError } from 'manycore';

/** How long to wait for a queue, in milliseconds. */
const patience = 20;

/** The next item, or undefined when there is none for 20 ms. */
export async function safeGet<T>(queue: Queue<T>, timeout = patience): Promise<T | undefined> {
  try {
    return await queue.get({ timeout });
  } catch (error) {
    if (error instanceof TimeoutError) return undefined;
    throw error;
  }
}

/** Puts the item; false when the queue is full and stays so for 20 ms. */
export async function safePut<T>(queue: Queue<T>, item: T, timeout = patience): Promise<boolean> {
  try {
    await queue.put(item, { timeout });
    return true;
  } catch (error) {
    if (error instanceof TimeoutError) return false;
    throw error;
  }
}

/** Takes out all that is in the queue. */
export async function drain<T>(queue: Queue<T>): Promise<T[]> {
  const items: T[] = [];
  for (;;) {
    const item = await safeGet(queue);
    if (item === undefined) return items;
    items.push(item);
  }
}

/** Closes the queue, and tells how many items were left in it. */
export async function safeClose(queue: Queue<unknown>): Promise<number> {
  const left = await drain(queue);
  queue.close();
  return left.length;
}
