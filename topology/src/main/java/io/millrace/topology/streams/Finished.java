package io.millrace.topology.streams;

import io.millrace.topology.emit.OutRecord;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.score.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * A record that the pipeline is done with but for its alerts.
 *
 * @param raw where it came from
 * @param outcome what became of it
 * @param prediction its prediction as it goes on the wire; {@code null} if it was refused, or detectors
 *     have yet to add to it
 */
record Finished(RawEvent raw, Outcome outcome, @Nullable OutRecord prediction) {}
