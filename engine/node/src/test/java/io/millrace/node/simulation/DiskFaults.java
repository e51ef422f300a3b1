package io.millrace.node.simulation;

/**
 * How often the disk fails, each as chances in a million of one operation.
 *
 * @param full     that the disk is full from an operation on.
 * @param fullFor  for how many duty cycles it then stays so, at most.
 * @param below    how the names begin that this is of.
 * @param crashPermille of a thousand faults, those that the process dies of soon.
 * @param isCopyOnWrite whether a full disk refuses to write over what is there, too.
 * @param isForgetful whether a force that fails loses some of what it should have kept. Without durability sync what
 *                 was acknowledged may be among it, and nobody could keep it.
 */
record DiskFaults(
    int write, int shortWrite, int read, int force, int full, int fullFor, String below, int crashPermille,
    boolean isCopyOnWrite, boolean isForgetful)
{
    static final DiskFaults NONE = new DiskFaults(0, 0, 0, 0, 0, 1, "", 0, false, false);
}
