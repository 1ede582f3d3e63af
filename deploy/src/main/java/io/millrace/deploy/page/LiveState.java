package io.millrace.deploy.page;

import io.millrace.deploy.page.DeviceTrack.Cursor;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page knows of the pipeline, fed with what was seen on its topics. Knows neither Kafka nor HTTP. Bounded
 * in every direction: at most {@link #MAX_DEVICES} devices with the last points of each, 10,000 alerts, 100 dead
 * letters, ten minutes of seconds. Thread-safe.
 */
final class LiveState {
    static final int MAX_DEVICES = 2_000;
    static final int MAX_DEAD_LETTERS = 100;

    private static final int MAX_UNJUDGED = 10_000;

    private final String pipeline;
    private final List<String> signals;
    private final Clock clock;
    private final Fleet fleet;
    private final AlertBoard alerts = new AlertBoard();
    private final Deque<Seen.DeadLetter> deadLetters = new ArrayDeque<>();
    private final Deque<Summary.Unjudged> unjudged = new ArrayDeque<>();
    private final SecondsLog seconds;
    private long eventCount;
    private long predictionCount;
    private long insufficientCount;
    private long deadLetterCount;
    private long deadLettersVersion;
    private long sampledCount;
    private long skippedCount;
    private long lastSkipped;
    private long firstPredictionSeen;
    private @Nullable String problem;
    private String provider = "";

    LiveState(String pipeline, List<String> signals, Clock clock) {
        this(pipeline, signals, clock, MAX_DEVICES);
    }

    LiveState(String pipeline, List<String> signals, Clock clock, int maxDevices) {
        this.pipeline = pipeline;
        this.signals = List.copyOf(signals);
        this.clock = clock;
        fleet = new Fleet(maxDevices, signals.size());
        seconds = new SecondsLog(clock.millis());
    }

    synchronized void apply(Seen seen) {
        long now = clock.millis();
        seconds.rollTo(now);
        if (seen instanceof Seen.Telemetry t) {
            telemetry(t, now);
        } else if (seen instanceof Seen.Prediction p) {
            prediction(p, now);
        } else if (seen instanceof Seen.Alert a) {
            alert(a, now);
        } else if (seen instanceof Seen.AlertGone gone) {
            alerts.remove(gone.key());
        } else if (seen instanceof Seen.DeadLetter d) {
            deadLetters.addFirst(d);
            deadLettersVersion++;
            if (deadLetters.size() > MAX_DEAD_LETTERS) {
                deadLetters.removeLast();
            }
        }
    }

    private void telemetry(Seen.Telemetry t, long now) {
        DeviceTrack track = fleet.touch(t.device(), now, false);
        if (track != null) {
            track.telemetry(t);
        }
    }

    private void prediction(Seen.Prediction p, long now) {
        seconds.latency(now - p.time());
        provider = p.provider().isEmpty() ? provider : p.provider();
        if (!p.quality().equals("OK")) {
            insufficientCount++;
            unjudged.addLast(new Summary.Unjudged(p.device(), p.time()));
            if (unjudged.size() > MAX_UNJUDGED) {
                unjudged.removeFirst();
            }
        }
        DeviceTrack track = fleet.touch(p.device(), now, false);
        if (track != null) {
            track.prediction(p);
        }
    }

    private void alert(Seen.Alert a, long now) {
        if (!alerts.apply(a, now)) {
            return;
        }
        // The alerts of the past are many, and most of their devices may be long gone: they claim no place.
        DeviceTrack track = a.history() ? fleet.find(a.device()) : fleet.touch(a.device(), now, true);
        if (track != null) {
            track.alert(AlertBoard.transition(a, now));
        }
    }

    /** Counts records, whether they are looked into or not. */
    synchronized void count(long events, long predictions, long deadLetterRecords) {
        long now = clock.millis();
        seconds.rollTo(now);
        seconds.events(events);
        seconds.predictions(predictions);
        seconds.deadLetters(deadLetterRecords);
        eventCount += events;
        predictionCount += predictions;
        deadLetterCount += deadLetterRecords;
        if (predictions > 0 && firstPredictionSeen == 0) {
            firstPredictionSeen = now;
        }
    }

    /** Records that were counted but not looked into. */
    synchronized void sampled(long records) {
        sampledCount += records;
        lastSkipped = clock.millis();
    }

    /** Offsets that were jumped over. */
    synchronized void skipped(long offsets) {
        skippedCount += offsets;
        lastSkipped = clock.millis();
    }

    /** Why the view cannot look at the moment; null if it can. */
    synchronized void problem(@Nullable String why) {
        problem = why;
    }

    synchronized Summary summary() {
        return new Summary(
                eventCount,
                predictionCount,
                insufficientCount,
                deadLetterCount,
                alerts.raised(),
                alerts.cleared(),
                sampledCount,
                skippedCount,
                firstPredictionSeen,
                seconds.wholeLatency(),
                alerts.transitions(),
                List.copyOf(unjudged));
    }

    /**
     * The figures of the page's head.
     *
     * @param afterSecond only seconds later than this one, epoch seconds
     */
    synchronized Stats stats(long afterSecond) {
        long now = clock.millis();
        seconds.rollTo(now);
        Latency latency = seconds.recentLatency();
        return new Stats(
                pipeline,
                signals,
                now,
                seconds.predictionsPerSecond(),
                latency.p50Ms(),
                latency.p99Ms(),
                eventCount,
                predictionCount,
                insufficientCount,
                deadLetterCount,
                alerts.firing(),
                fleet.size(),
                fleet.truncated(),
                lastSkipped != 0 && now - lastSkipped < 10_000,
                sampledCount,
                skippedCount,
                problem,
                provider,
                seconds.after(afterSecond));
    }

    synchronized List<DeviceTrack.Row> devices(String query, int most) {
        return fleet.rows(query, most, alerts::firing);
    }

    /** The device's new points, or null if it is not known (yet, or any more). */
    synchronized DeviceTrack.@Nullable Slice device(String id, Cursor cursor) {
        DeviceTrack track = fleet.find(id);
        return track == null ? null : track.slice(cursor);
    }

    synchronized List<Seen.Alert> alerts(int most) {
        alerts.forget(clock.millis());
        return alerts.rows(most);
    }

    /** The latest first. */
    synchronized List<Seen.DeadLetter> deadLetters() {
        return new ArrayList<>(deadLetters);
    }

    synchronized long alertsVersion() {
        return alerts.version();
    }

    synchronized long deadLettersVersion() {
        return deadLettersVersion;
    }

    /**
     * The figures of the page's head. Rates are per second, times milliseconds, {@code seconds} what is new;
     * {@code provider} is what ran the model for the last prediction, which a fault changes at any time.
     */
    record Stats(
            String pipeline,
            List<String> signals,
            long now,
            double perSecond,
            double p50,
            double p99,
            long events,
            long predictions,
            long insufficient,
            long deadLetters,
            int firing,
            int devices,
            boolean truncated,
            boolean sampling,
            long sampled,
            long skipped,
            @Nullable String problem,
            String provider,
            List<SecondsLog.Second> seconds) {}
}
