package io.millrace.loadtest.crash;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code millrace broker} as a child process, always on the same port and data. */
final class Broker {
    private static final int START_SECONDS = 60;

    private final Path home;
    private final String classPath;
    private final int port;
    private int starts;
    private Child child;

    Broker(Path home, String classPath) throws IOException, InterruptedException {
        this.home = home;
        this.classPath = classPath;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        child = launch();
    }

    private Child launch() throws InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("broker", "--data", home.resolve("broker").toString(), "--listen", Integer.toString(port)));
        Timeouts.broker().forEach((key, value) -> arguments.addAll(List.of("--property", key + "=" + value)));
        Path log = home.resolve("broker-" + starts++ + ".log");
        Child started = Child.start("the broker", log, "-Xmx512m", classPath, Pipelines.MAIN, arguments);
        started.awaitOutput("bootstrap.servers=", START_SECONDS);
        return started;
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    Child child() {
        return child;
    }

    /** Starts it again after it was killed or stopped. */
    void restart() throws InterruptedException {
        child = launch();
    }
}
