package io.camelsegment.app.setup;

/** What the exit codes mean, as help and documentation show them. */
public final class ExitCodes {

    /** The heading above them. */
    public static final String HEADING = "%nExit codes:%n";

    /** All went well. */
    public static final String DONE = "0:All is well.";

    /** Something went wrong. */
    public static final String FAILED = "1:Something failed, or the settings are wrong.";

    /** The command line is wrong. */
    public static final String USAGE = "2:Wrong usage.";

    /** Nothing failed, but not all is known. */
    public static final String UNKNOWN = "3:Nothing failed, but something is unknown.";

    /** Somebody pressed Ctrl-C. */
    public static final String INTERRUPTED = "130:Ended by Ctrl-C.";

    private ExitCodes() {}
}
