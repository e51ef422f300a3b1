package io.millrace.node.simulation;

/**
 * How often the disk fails, each as chances in a million of one operation.
 *
 * @param full     that the disk is full from an operation on.
 * @param fullFor  for how many operations it then stays so, at most.
 */
record DiskFaults(int write, int shortWrite, int read, int force, int full, int fullFor)
{
    static final DiskFaults NONE = new DiskFaults(0, 0, 0, 0, 0, 1);
}
