// What the published manifests leave out: it concerns this workspace alone, and names packages that no registry has.
module.exports = {
  hooks: {
    beforePacking(manifest) {
      delete manifest.devDependencies;
      delete manifest.scripts;
      return manifest;
    },
  },
};
