package io.millrace.loadtest.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.loadtest.crash.Fleet.Reading;
import io.millrace.loadtest.crash.Reference.Alert;
import io.millrace.loadtest.crash.Reference.Expected;
import io.millrace.loadtest.crash.Variant.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The reference against figures worked out by hand. */
final class ReferenceTest {
    @Test
    void featuresOfTheNumbersOneToEight() {
        // Given
        Reference reference = new Reference(Kind.STATEFUL);

        // When
        List<Expected> all = feed(reference, 1, 2, 3, 4, 5, 6, 7, 8);

        // Then: x counts up, y is ten times x, events are 2 s apart
        assertThat(all.subList(0, 7)).allMatch(expected -> "history".equals(expected.insufficient()));
        assertThat(all.get(7).scores())
                .containsExactly(
                        new double[] {
                            8,
                            80,
                            5,
                            2,
                            6,
                            2.29128784747792,
                            20,
                            80,
                            10,
                            6.59545297913646,
                            2,
                            5,
                            50,
                            6,
                            60,
                            7,
                            70,
                            8,
                            80
                        },
                        within(1e-12));
    }

    @Test
    void hiddenStateFades() {
        List<Expected> all = feed(new Reference(Kind.RECURRENT), 8, 0, 0);

        assertThat(all).extracting(expected -> expected.scores()[0]).containsExactly(8.0, 4.0, 2.0);
    }

    @Test
    void aLateEventLeavesNoTrace() {
        // Given
        Reference reference = new Reference(Kind.RECURRENT);
        feed(reference, 8);

        // When
        Expected late = reference.next(new Reading(1, 100, 100, 1));
        Expected next = reference.next(new Reading(2, 0, 0, 10_000));

        // Then
        assertThat(late.insufficient()).isEqualTo("late");
        assertThat(next.scores()).containsExactly(4.0, 40.0);
    }

    @Test
    void twoOfFourRaiseAndTwoOfFourClear() {
        // Given
        Reference reference = new Reference(Kind.STATELESS);

        // When
        List<Alert> alerts = feed(reference, 0, 100, 0, 0, 100, 100, -1, 0, 0, 0, -1, 100, -1).stream()
                .map(Expected::alert)
                .filter(Objects::nonNull)
                .toList();

        // Then: raised by the second and third hundred of a window, cleared by the last two below zero
        assertThat(alerts).containsExactly(new Alert(1, true, 4_000, 10_000), new Alert(2, false, 4_000, 26_000));
    }

    private static List<Expected> feed(Reference reference, double... xs) {
        List<Expected> all = new ArrayList<>();
        for (int i = 0; i < xs.length; i++) {
            all.add(reference.next(new Reading(i, xs[i], 10 * xs[i], 2_000 + 2_000L * i)));
        }
        return all;
    }
}
