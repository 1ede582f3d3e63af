package io.millrace.topology.decode;

/** What decoding gives: an event, or the reason why there is none. */
public sealed interface Decoded permits Event, Rejected {}
