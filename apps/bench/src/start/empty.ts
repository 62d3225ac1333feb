// What a thread or process costs that does nothing at all.
export {};
