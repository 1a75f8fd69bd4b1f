package io.camelsegment.app.command;

/** A command that runs without starting the app, and so also with wrong settings. */
public interface Standalone {

    /** Returns whether it needs no app this time. */
    default boolean isStandalone() {
        return true;
    }
}
