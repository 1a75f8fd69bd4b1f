package io.camelsegment.app.setup;

/**
 * One finding of the doctor. It holds no secret.
 *
 * @param step    which step of the examination it belongs to
 * @param stream  the stream it is about; null if it is about the destination as a whole
 * @param outcome what it came to
 * @param found   what was found, on one line
 * @param mend    what to do, on one line; null if there is nothing to do
 * @param passing whether the outcome is likely to change without an operator, as when STS was not reached
 * @param silent  whether nobody answered at all: AWS is out of reach
 */
record Check(Step step, String stream, Outcome outcome, String found, String mend, boolean passing, boolean silent) {

    /** The steps in their order. */
    public enum Step {
        /** The process's identity in AWS. */
        IDENTITY(1, "identity"),
        /** Whether the role can be assumed with the secret ID. */
        ASSUME_ROLE(2, "assume-role"),
        /** Whether the role asks for the secret ID. */
        EXTERNAL_ID(3, "external-id"),
        /** Whether the policies allow what delivery needs. */
        PERMISSIONS(4, "permissions"),
        /** Whether the stream is there and takes records. */
        STREAM(5, "stream"),
        /** Whether the clock is right. */
        CLOCK(6, "clock"),
        /** Whether region, role and endpoint belong together. */
        REGION(7, "region");

        private final int number;
        private final String word;

        Step(int number, String word) {
            this.number = number;
            this.word = word;
        }

        /** Returns the step's place, from 1. */
        public int number() {
            return number;
        }

        /** Returns the word that people and programs read. */
        public String word() {
            return word;
        }
    }

    static Check pass(Step step, String found) {
        return new Check(step, null, Outcome.PASS, found, null, false, false);
    }

    static Check warn(Step step, String found, String mend) {
        return new Check(step, null, Outcome.WARN, found, mend, false, false);
    }

    static Check fail(Step step, String found, String mend) {
        return new Check(step, null, Outcome.FAIL, found, mend, false, false);
    }

    static Check unknown(Step step, String found, String mend) {
        return new Check(step, null, Outcome.UNKNOWN, found, mend, false, false);
    }

    /**
     * What AWS did not answer, or only with an error of its own. Only STS is worth another look by itself: without a
     * role nothing is delivered, while IAM may be out of reach for good.
     */
    static Check unanswered(Step step, String said) {
        return new Check(
                step,
                null,
                Outcome.UNKNOWN,
                said,
                "look whether the network and AWS are up, then try again",
                step == Step.IDENTITY || step == Step.ASSUME_ROLE,
                false);
    }

    /** The same of a call without which nothing is delivered: it matters whether AWS is out of reach. */
    static Check unanswered(Step step, Said said) {
        Check check = unanswered(step, said.toString());
        return new Check(
                check.step, check.stream, check.outcome, check.found, check.mend, check.passing, said.isSilence());
    }

    /** What was not looked at, because an earlier step came to nothing; that one has the mend. */
    static Check untried(Step step, Step earlier) {
        return unknown(step, "not tried without " + earlier.word(), null);
    }

    Check about(String name) {
        return new Check(step, name, outcome, found, mend, passing, silent);
    }
}
