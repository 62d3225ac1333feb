/** What passes through the event queue. Each type of event has one kind of sender. */
export type MessageType =
  | 'STATUS'
  | 'OBSERVATION'
  | 'REQUEST'
  | 'SIGNAL'
  | 'SHUTDOWN'
  | 'FATAL'
  | 'END';

/** The one type of message of the event queue: its sender and what it says. */
export interface Message {
  readonly source: string;
  readonly type: MessageType;
  readonly text: string;
}
