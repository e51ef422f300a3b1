package io.millrace.engine.kernel;

/**
 * What an accumulator can't hold in its own fixed bytes: strings and distinct sets. Implemented by the state of an
 * aggregation; called by compiled kernels with addresses inside the entry being worked on.
 */
public interface Accumulators
{
    /** Bytes that a string accumulator takes in an entry. All zero means "no value yet". */
    int STRING_SLOT_LENGTH = 16;

    /** Whether a string accumulator holds a value. */
    boolean hasString(long slot);

    /** Address of the held string's bytes; valid until the slot is set again. */
    long stringAddress(long slot);

    /** Length of the held string. */
    int stringLength(long slot);

    /** Copies a string into the accumulator, in place of what it held. */
    void setString(long slot, long address, int length);

    /**
     * Adds a value, given by its canonical bytes, to a distinct set. It counts once the batch of rows is finished.
     *
     * @param set which of the aggregation's distinct sets.
     */
    void addDistinct(int set, long slot, long address, int length);

    /** As {@link #addDistinct(int, long, long, int)} for a value whose canonical form is one long. */
    void addDistinct(int set, long slot, long value);

    /**
     * Adds a value, given by its canonical bytes, to a distinct set at once.
     *
     * <p>All values of one set are added either so or as they gather in a batch.
     *
     * @return whether the set did not hold it yet.
     */
    boolean addNewDistinct(int set, long slot, long address, int length);

    /** As {@link #addNewDistinct(int, long, long, int)} for a value whose canonical form is one long. */
    boolean addNewDistinct(int set, long slot, long value);

    /** How many values the set holds. */
    long distinctCount(int set, long slot);
}
