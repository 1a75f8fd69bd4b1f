package io.camelsegment.app.command;

/** A command that reads what it needs by itself: no app starts for it, and wrong settings do not stop it. */
public interface Standalone {

    /** Returns whether it needs no app this time. */
    default boolean isStandalone() {
        return true;
    }
}
