/*
 * The words of a condition. All but `noticesWord` are written only by the holder of the condition's lock.
 */

/** Notices that nobody has taken yet: each lets one waiter go. Sleepers sleep on this word. */
export const noticesWord = 0;

/** Tickets below this one may take a notice: those who waited when the last one was given. */
export const limitWord = 1;

/** The next waiter's ticket. */
export const ticketWord = 2;

/** How many wait, those included who died while they waited. */
export const waitersWord = 3;

/** Whether the waiter with this ticket was there when the last notice was given. Tickets wrap around. */
export function isEligible(ticket: number, limit: number): boolean {
  return ((ticket - limit) | 0) < 0;
}
