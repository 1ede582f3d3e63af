package io.millrace.deploy.demo;

/** What goes wrong with a pump, or with one of its sensors. */
public enum FaultKind {
    /** The discharge valve closes to a third: less flow, more head, a warm casing. */
    CLOSING_VALVE,
    /** The suction strainer clogs: low suction pressure, lost head, a rough run. */
    CAVITATION,
    /** The rotor loses balance: vibration first, then a warm bearing. */
    IMBALANCE,
    /** A sensor repeats its last value. Seen only if the pump moves on meanwhile. */
    FROZEN_SENSOR,
    /** A sensor reads 0. */
    DEAD_SENSOR,
    /** A sensor reads null: the model cannot judge, so this one must not raise an alert. */
    SILENT_SENSOR;

    /** Whether an alert is the right answer; otherwise it is a prediction of quality {@code INSUFFICIENT}. */
    public boolean callsForAlert() {
        return this != SILENT_SENSOR;
    }
}
