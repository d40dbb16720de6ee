"""Read a measured sinogram from a foreign file, in the process of `core.problem.reader_process`.

`array_file` opens a file and lists its arrays, one function for each format; `raw` finds among
them the sinogram, its flat and dark fields and its angles, and cuts one slice out.
"""
