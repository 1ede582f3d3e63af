package io.millrace.deploy.page;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What is remembered of one device: the last points of its signals and scores, and its last alert transitions. */
final class DeviceTrack {
    static final int POINTS = 1_200;
    private static final int TRANSITIONS = 50;
    private static final int MAX_SCORES = 8;
    private static final AtomicLong GENERATIONS = new AtomicLong();

    private final String id;
    private final SeriesRing signals;
    private final Deque<AlertTransition> transitions = new ArrayDeque<>();
    private List<String> scoreNames = List.of();
    private SeriesRing scores = new SeriesRing(0, POINTS);
    private double[] lastScores = {};
    private String quality = "";
    private @Nullable String reason;
    private long lastSeen;
    private long generation = GENERATIONS.incrementAndGet();

    DeviceTrack(String id, int signals) {
        this.id = id;
        this.signals = new SeriesRing(signals, POINTS);
    }

    String id() {
        return id;
    }

    long lastSeen() {
        return lastSeen;
    }

    void seenAt(long nowMs) {
        lastSeen = nowMs;
    }

    void telemetry(Seen.Telemetry t) {
        signals.add(t.time(), t.values());
    }

    void prediction(Seen.Prediction p) {
        quality = p.quality();
        reason = p.reason();
        if (!p.scores().isEmpty()) {
            nameScores(p.scores());
        }
        lastScores = new double[scoreNames.size()];
        Arrays.setAll(lastScores, i -> p.scores().getOrDefault(scoreNames.get(i), Double.NaN));
        if (lastScores.length > 0) {
            scores.add(p.time(), lastScores);
        }
    }

    /** Another model may give other scores: then the curves start anew. */
    private void nameScores(Map<String, Double> named) {
        if (!named.keySet().containsAll(scoreNames) || scoreNames.isEmpty()) {
            scoreNames = named.keySet().stream().limit(MAX_SCORES).toList();
            scores = new SeriesRing(scoreNames.size(), POINTS);
            generation = GENERATIONS.incrementAndGet();
        }
    }

    void alert(AlertTransition transition) {
        transitions.addLast(transition);
        if (transitions.size() > TRANSITIONS) {
            transitions.removeFirst();
        }
    }

    Row row(int firing) {
        return new Row(id, firing, lastScores.length == 0 ? Double.NaN : lastScores[0], quality, lastSeen);
    }

    /** What is new since the cursor, or everything if the cursor is of another generation. */
    Slice slice(Cursor cursor) {
        boolean anew = cursor.generation() != generation;
        return new Slice(
                id,
                anew,
                signals.since(anew ? 0 : cursor.signals()),
                scoreNames,
                scores.since(anew ? 0 : cursor.scores()),
                quality,
                reason,
                new ArrayList<>(transitions),
                new Cursor(generation, signals.end(), scores.end()));
    }

    /** How far a reader has read. */
    record Cursor(long generation, long signals, long scores) {
        static final Cursor START = new Cursor(0, 0, 0);
    }

    /** A line in the list of devices; {@code score} is the first of the scores. */
    record Row(String id, int firing, double score, String quality, long lastSeen) {}

    /** The points of one device from a cursor on. */
    record Slice(
            String id,
            boolean reset,
            SeriesRing.Points signals,
            List<String> scoreNames,
            SeriesRing.Points scores,
            String quality,
            @Nullable String reason,
            List<AlertTransition> transitions,
            Cursor cursor) {}
}
