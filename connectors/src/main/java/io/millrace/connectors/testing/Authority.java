package io.millrace.connectors.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.qpid.proton.engine.Sasl;
import org.apache.qpid.proton.engine.SaslListener;
import org.apache.qpid.proton.engine.Transport;
import org.jspecify.annotations.Nullable;

/** What one connection may do: by SASL, or by the tokens put to its {@code $cbs}. On the loop's thread only. */
final class Authority implements SaslListener {
    private final Tokens tokens;
    private final InstantSource clock;
    private final List<Tokens.Grant> grants = new ArrayList<>();

    Authority(Tokens tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    void listenTo(Sasl sasl) {
        sasl.server();
        sasl.setMechanisms("MSSBCBS", "ANONYMOUS", "PLAIN", "EXTERNAL");
        sasl.allowSkip(true);
        sasl.setListener(this);
    }

    void put(String type, String token, String audience) throws Tokens.Refused {
        Tokens.Grant grant = tokens.put(type, token, audience, clock.instant());
        grants.removeIf(old -> old.path().equals(grant.path()));
        grants.add(grant);
    }

    boolean allows(String path) {
        return grants.stream().anyMatch(grant -> grant.covers(path, clock.instant()));
    }

    /** A request to {@code $management} brings its token along, or relies on those put before. */
    void check(@Nullable Object token, String hub) throws Tokens.Refused {
        if (token == null && !allows(hub)) {
            throw new Tokens.Refused("Unauthorized access. 'Listen' claim(s) are required.");
        }
        if (token != null) {
            String text = token.toString();
            tokens.put(
                    text.startsWith("SharedAccessSignature") ? Tokens.SAS : Tokens.JWT,
                    text,
                    "/" + hub,
                    clock.instant());
        }
    }

    /** As if time had run out for all tokens. */
    void expire() {
        grants.clear();
    }

    @Override
    public void onSaslInit(Sasl sasl, Transport transport) {
        byte[] response = new byte[Math.max(sasl.pending(), 0)];
        sasl.recv(response, 0, response.length);
        if (!sasl.getRemoteMechanisms()[0].equals("PLAIN")) {
            sasl.done(Sasl.SaslOutcome.PN_SASL_OK); // tokens are to follow
            return;
        }
        String[] parts = new String(response, UTF_8).split("\0", -1);
        try {
            if (parts.length != 3) {
                throw new Tokens.Refused("PLAIN must have an identity, a name and a password");
            }
            grants.add(tokens.plain(parts[1], parts[2], clock.instant()));
            sasl.done(Sasl.SaslOutcome.PN_SASL_OK);
        } catch (Tokens.Refused e) {
            sasl.done(Sasl.SaslOutcome.PN_SASL_AUTH);
        }
    }

    @Override
    public void onSaslMechanisms(Sasl sasl, Transport transport) {
        // a client's part
    }

    @Override
    public void onSaslChallenge(Sasl sasl, Transport transport) {
        // a client's part
    }

    @Override
    public void onSaslResponse(Sasl sasl, Transport transport) {
        sasl.done(Sasl.SaslOutcome.PN_SASL_AUTH); // no mechanism here asks for one
    }

    @Override
    public void onSaslOutcome(Sasl sasl, Transport transport) {
        // a client's part
    }
}
