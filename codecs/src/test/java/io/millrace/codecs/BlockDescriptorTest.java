package io.millrace.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BlockDescriptorTest
{
    @Test
    void shouldTotalTheLengthsThatTheDrawingsShow()
    {
        assertEquals(72, BlockDescriptor.HEADER_LENGTH);
        assertEquals(16, BlockDescriptor.FRAME_HEADER_LENGTH);
        assertEquals(0, BlockDescriptor.HEADER_LENGTH % BlockDescriptor.FRAME_ALIGNMENT);
    }

    @Test
    void shouldKeepWideFieldsAlignedWhenTheHeaderIs()
    {
        assertEquals(24, BlockDescriptor.POSITION_HIGH_OFFSET);
        assertEquals(56, BlockDescriptor.ORDINAL_OFFSET);
        assertEquals(0, BlockDescriptor.LENGTH_OFFSET % 4);
        assertEquals(0, BlockDescriptor.FRAME_POSITION_OFFSET % 8);
    }

    @Test
    void shouldRoundUpToFramesWhenLengthsAreNotMultiples()
    {
        assertEquals(0, BlockDescriptor.align(0));
        assertEquals(8, BlockDescriptor.align(1));
        assertEquals(8, BlockDescriptor.align(8));
        assertEquals(16, BlockDescriptor.align(9));
    }
}
