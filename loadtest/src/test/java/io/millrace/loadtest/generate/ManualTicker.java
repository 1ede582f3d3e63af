package io.millrace.loadtest.generate;

/** A clock that moves when it is told to, and when somebody sleeps. */
final class ManualTicker implements Ticker {

    private long now;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void sleepUntil(long nanos) {
        now = Math.max(now, nanos);
    }

    void advance(long nanos) {
        now += nanos;
    }
}
