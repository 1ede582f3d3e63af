package io.millrace.connectors.eventhubs;

import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventDataBatch;
import io.millrace.connectors.delivery.Answer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Some records on their way to a hub. Lanes go side by side; in a lane one batch follows the other, since a key's events
 * must keep their order whatever becomes of a batch (the SDK's own queue of waiting sends has none). When the hub is in
 * trouble, no further batch is begun.
 *
 * <p>Used once. A lane is touched by one thread at a time; {@link #send} is the task's.
 */
final class Shipment {
    /** Beyond the two time-outs that a batch has, to be made and to be sent: nothing may hang. */
    private static final Duration LAST_RESORT = Duration.ofSeconds(30);

    private final Outlet outlet;
    private final EventHubsSinkConfig config;
    private final List<SinkRecord> records;
    private final @Nullable Answer[] answers;
    private final Map<Lane, Traffic> lanes = new LinkedHashMap<>();
    private final Duration timeout;
    private final long deadline;
    private volatile @Nullable Trouble trouble;

    Shipment(Outlet outlet, EventHubsSinkConfig config, List<SinkRecord> records) {
        this.outlet = outlet;
        this.config = config;
        this.records = records;
        answers = new Answer[records.size()];
        timeout = config.timeout();
        deadline = System.nanoTime() + timeout.toNanos();
    }

    private void load(List<String> partitions) {
        OutgoingEvents events = new OutgoingEvents(config.hasHeaders(), config.hashes());
        Function<SinkRecord, Lane> lanesOf = config.lanes(partitions);
        for (int i = 0; i < answers.length; i++) {
            try {
                Lane lane = lanesOf.apply(records.get(i));
                Parcel parcel = new Parcel(i, events.of(records.get(i)));
                lanes.computeIfAbsent(lane, Traffic::new).waiting.add(parcel);
            } catch (DataException e) {
                answers[i] = new Answer.Refused(String.valueOf(e.getMessage()));
            }
        }
    }

    private record Parcel(int index, EventData event) {}

    /** What is still to be sent in a lane. */
    private static final class Traffic {
        private final Lane lane;
        private final Deque<Parcel> waiting = new ArrayDeque<>();
        private int most = Integer.MAX_VALUE;

        Traffic(Lane lane) {
            this.lane = lane;
        }
    }

    /** Sends for as long as one answer may take, then waits for what is on its way. An answer to each record. */
    List<Answer> send() throws InterruptedException {
        try {
            load(Objects.requireNonNull(outlet.partitions().block(timeout.multipliedBy(2))));
            Flux.fromIterable(lanes.values())
                    .flatMap(this::drain, config.inFlight())
                    .then()
                    .block(timeout.multipliedBy(3).plus(LAST_RESORT));
        } catch (RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while sending");
            }
            blame(Trouble.of(e));
        }
        Answer left = left(trouble);
        return Arrays.stream(answers)
                .map(answer -> answer == null ? left : answer)
                .toList();
    }

    /** What was in the hub's way; null if nothing was. */
    @Nullable
    Trouble trouble() {
        return trouble;
    }

    /** Of several troubles the worst counts: what is lost must not be forgotten for what is busy. */
    private synchronized void blame(Trouble found) {
        if (trouble == null || found.kind().compareTo(trouble.kind()) > 0) {
            trouble = found;
        }
    }

    private Answer left(@Nullable Trouble found) {
        return found == null
                ? new Answer.Unavailable("the hub must take what it is sent within " + timeout, Optional.empty())
                : new Answer.Unavailable(
                        found.text(),
                        found.kind() == Trouble.Kind.BUSY
                                ? Optional.of(
                                        found.wait(config.patience().backoff().longest()))
                                : Optional.empty());
    }

    private Mono<Void> drain(Traffic traffic) {
        return Mono.defer(() -> next(traffic))
                .repeat(() -> !traffic.waiting.isEmpty() && goesOn())
                .then();
    }

    private boolean goesOn() {
        return trouble == null && System.nanoTime() - deadline < 0;
    }

    private Mono<Void> next(Traffic traffic) {
        if (!goesOn()) {
            return Mono.empty();
        }
        return outlet.client()
                .createBatch(traffic.lane.options())
                .flatMap(batch -> {
                    List<Parcel> packed = pack(traffic, batch);
                    return packed.isEmpty()
                            ? Mono.<Void>empty()
                            : outlet.client()
                                    .send(batch)
                                    .doOnSuccess(done -> settle(traffic, packed, Answer.accepted()))
                                    .onErrorResume(error -> failed(traffic, packed, Trouble.of(error)));
                })
                .onErrorResume(error -> failed(traffic, List.of(), Trouble.of(error)));
    }

    /** Puts into a batch what fits, from the first on. What fits no batch is answered. */
    private List<Parcel> pack(Traffic traffic, EventDataBatch batch) {
        List<Parcel> packed = new ArrayList<>();
        for (Iterator<Parcel> i = traffic.waiting.iterator(); i.hasNext() && packed.size() < traffic.most; ) {
            Parcel parcel = i.next();
            Answer refused = null;
            try {
                if (batch.tryAdd(parcel.event())) {
                    packed.add(parcel);
                } else if (packed.isEmpty()) {
                    refused = tooLarge(parcel, batch.getMaxSizeInBytes());
                } else {
                    break;
                }
            } catch (AmqpException e) { // it has more than a whole batch by itself
                refused = tooLarge(parcel, batch.getMaxSizeInBytes());
            } catch (RuntimeException e) {
                refused = new Answer.Refused("the record cannot be written as an AMQP message: " + Safe.text(e));
            }
            if (refused != null) {
                answers[parcel.index()] = refused;
                i.remove();
            }
        }
        return packed;
    }

    private Answer tooLarge(Parcel parcel, int most) {
        int headers = 0;
        for (Header header : records.get(parcel.index()).headers()) {
            headers += header.key().length() + (header.value() == null ? 0 : AmqpText.bytes(header.value()).length);
        }
        return new Answer.Refused("an event must fit into the hub's limit of " + most
                + " bytes together with what AMQP adds, got: a value of "
                + parcel.event().getBody().length
                + " bytes, headers of " + headers);
    }

    /** Answers what was in a batch: the first that wait. */
    private void settle(Traffic traffic, List<Parcel> packed, Answer answer) {
        for (Parcel parcel : packed) {
            answers[parcel.index()] = answer;
            traffic.waiting.remove();
        }
    }

    private Mono<Void> failed(Traffic traffic, List<Parcel> packed, Trouble found) {
        if (found.kind() != Trouble.Kind.EVENTS || packed.isEmpty()) {
            blame(found);
        } else if (packed.size() > 1) {
            traffic.most = 1; // one of them: each goes alone from here on
        } else {
            settle(traffic, packed, new Answer.Refused("the hub does not take the event: " + found.text()));
        }
        return Mono.empty();
    }
}
