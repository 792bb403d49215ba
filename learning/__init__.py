"""How anything here is trained: one loop, one optimiser; it knows neither brain nor cerebellum."""
