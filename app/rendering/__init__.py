"""What people read: numbers, dates and sentences in French, letters and documents."""
