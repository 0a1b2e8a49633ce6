// What is told to an image build, and what it tells.

export interface ImageBuildOptions {
  /** Where the finished qcow2 goes. It appears there whole, or not at all. */
  readonly outputPath: string;
  /** A folder for what is made on the way; removed from it at the end. */
  readonly workDir: string;
  readonly onProgress: (progress: BuildProgress) => void;
  /** Where fetched packages and built images are kept for the next time; each has its default for this machine. */
  readonly packageDir?: string;
  readonly builtImagesDir?: string;
  readonly signal?: AbortSignal;
}

export interface BuildProgress {
  readonly step: number;
  readonly steps: number;
  readonly message: string;
}
