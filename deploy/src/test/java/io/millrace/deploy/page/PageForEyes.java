package io.millrace.deploy.page;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;

/** Serves the page over synthetic pumps, for people who change it: no broker, six minutes of past, then live. */
final class PageForEyes {
    private static final int HALF_SECOND = 500;

    private PageForEyes() {}

    public static void main(String[] args) throws InterruptedException {
        int port = args.length == 0 ? 8091 : Integer.parseInt(args[0]);
        boolean empty = args.length > 1 && args[1].equals("empty");
        long now = Clock.systemUTC().millis();
        ManualClock clock = new ManualClock(now - 360_000);
        LiveState state = new LiveState("pump-health", SyntheticPumps.SIGNALS, clock);
        SyntheticPumps pumps = new SyntheticPumps(state, 24);
        if (!empty) {
            past(clock, now, pumps);
            pumps.showStates(now);
        }
        clock.set(Clock.systemUTC().millis());
        PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                state,
                () -> empty ? new Readiness(false, "waiting for the broker") : new Readiness(true, "scoring"),
                PageServer.Limits.DEFAULT);
        System.out.println("http://127.0.0.1:" + port);
        while (true) {
            Thread.sleep(HALF_SECOND);
            clock.set(Clock.systemUTC().millis());
            if (!empty) {
                pumps.tick(clock.millis());
            }
        }
    }

    private static void past(ManualClock clock, long now, SyntheticPumps pumps) {
        for (int step = 0; clock.millis() < now; step++) {
            switch (step) {
                case 150 -> pumps.breakDown(SyntheticPumps.id(3));
                case 330 -> pumps.repair(SyntheticPumps.id(3));
                case 420 -> pumps.breakDown(SyntheticPumps.id(14));
                case 480 -> pumps.repair(SyntheticPumps.id(14));
                case 640 -> pumps.breakDown(SyntheticPumps.id(3));
                case 660 -> pumps.breakDown(SyntheticPumps.id(8));
                default -> {}
            }
            pumps.tick(clock.millis());
            clock.advance(HALF_SECOND);
        }
    }
}
